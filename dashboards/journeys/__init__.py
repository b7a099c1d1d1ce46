"""The pages of journeys: as designed, and as they really happen."""
