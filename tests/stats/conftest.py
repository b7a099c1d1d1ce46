from hypothesis import HealthCheck, settings

# A first import of scipy, or a busy machine, is not a failure of the maths.
settings.register_profile("stats", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("stats")
