from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Pages by cursor: steady while rows are added; newest last changed rows never skip."""

    ordering = "id"
    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"
