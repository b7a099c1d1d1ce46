from django import template

from cxplatform.tenancy.sections import sections_of

register = template.Library()


@register.inclusion_tag("tenancy/settings_menu.html", takes_context=True)
def settings_menu(context: template.Context) -> dict[str, object]:
    """The menu of the settings; the page whose address is named `here` is marked."""
    return {"sections": sections_of(context["membership"]), "here": context["here"]}
