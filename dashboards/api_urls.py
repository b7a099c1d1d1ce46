"""REST addresses of this room, below `/api/v1/`; no leading and no trailing slash."""


