"""How a promise comes about: the wizard, the gate and the steps of its life."""
