"""The web server's way in; each of its processes is warm before it answers."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplatform.settings")

application = get_wsgi_application()

# What every page needs takes a second to import, and the first visitor of each process would wait for it.
for name in ("cxplatform.urls", "cxplatform.tenant_urls", "scipy.special"):
    import_module(name)

# What is loaded by now stays: looked through again and again, it stops a request for a third of a second at times.
gc.collect()
gc.freeze()
