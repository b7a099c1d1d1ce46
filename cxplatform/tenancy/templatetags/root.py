"""`{% root_url "account_logout" %}`: pages outside tenants, named from a page inside one."""

from django import template

from cxplatform.tenancy.addresses import root_url

register = template.Library()
register.simple_tag(root_url)
