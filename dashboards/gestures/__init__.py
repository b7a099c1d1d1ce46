"""The catalogue of gestures: what is done, where and at what cost, how often, and what customers who met it say."""
