class BadDefinition(ValueError):
    """A calendar or rule that cannot be judged by; `field` is its attribute to mend, the text says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
