"""What the house's own layout needs."""

from django import template

from cxplatform.tenancy import colours, history

register = template.Library()
register.filter("acted", history.acted)


@register.simple_tag
def accent(brand: str) -> colours.Accent:
    """`{% accent tenant.brand_colour as shades %}`: the brand colour as readable shades."""
    return colours.accent(brand)


@register.inclusion_tag("includes/nav_link.html", takes_context=True)
def nav_link(context: template.Context, section: str, name: str, label: str) -> dict[str, object]:
    """`{% nav_link "promises" "promises" label %}`: a link of the main navigation to the page named `name`.

    The page whose context has this `section` is marked as the current one.
    """
    return {"name": name, "label": label, "current": context.get("section") == section}
