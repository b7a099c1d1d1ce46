"""The Analysis group of the main navigation."""

from django import template

from dashboards import menu

register = template.Library()


@register.inclusion_tag("includes/nav_group.html", takes_context=True)
def analysis(context: template.Context) -> dict[str, object]:
    """`{% analysis %}`: a menu of the pages that the member may open, nothing where there is none."""
    membership = context.get("membership")
    entries = menu.entries_for(membership) if membership else ()
    section = context.get("section")
    return {"entries": entries, "section": section, "inside": section in {entry.key for entry in entries}}
