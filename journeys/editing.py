"""What the editor does alike for every definition: a name, an identifier made of it, archiving."""

from typing import Any

from cxplatform.tenancy.editing import ArchivableAdmin, TenantForm
from journeys.identifiers import free_identifier


class DefinitionForm(TenantForm):
    """An empty identifier is made of the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug:
            return slug
        return self.instance.slug or free_identifier(self._meta.model, self.cleaned_data.get("name", ""))


class DefinitionAdmin(ArchivableAdmin):
    form = DefinitionForm
    list_display: Any = ("name", "slug")
    search_fields: Any = ("name", "slug")

    def get_prepopulated_fields(self, request: Any, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("name",)}
