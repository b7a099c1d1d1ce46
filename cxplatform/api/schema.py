from drf_spectacular.openapi import AutoSchema


class ProblemAutoSchema(AutoSchema):
    """Every operation also answers with a problem document."""
