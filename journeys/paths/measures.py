"""What `PathRollup` counts: the measures and what their keys look like.

Ids in keys are those of touchpoints, units or channels; "0" is one nobody has mapped, or none. Every measure is
kept for all passages (dimension "") and for each value of each dimension. Unless it says otherwise `n` counts
passages, each once, and `open` those of them that are not over. What says "seconds" has their sum in `total` and
their minutes in `histogram`.
"""

PASSAGES = "passages"  # "": total and histogram are how long those over took, in seconds and minutes
VARIANT = "variant"  # digest of a `Variant`: passages over, seconds they took
TRUNCATED = "truncated"  # "": passages of over 500 steps, of which the first 500 are kept
WENT_ON = "went_on"  # "": passages of a case that went on after a silence that had ended them
EDGE = "edge"  # "12>15": times one followed the other (not passages), seconds between; ">12" starts, "12>" ends (over)
VISITED = "visited"  # "12": passages that met the touchpoint at least once
ENCOUNTERS = "encounters"  # "3": steps (not passages) over that channel
REACHED = "reached"  # "stage 7": passages that met a touchpoint of the stage
ONWARD = "onward"  # "stage 7": of those, the ones that met a later stage after it
LAST = "last"  # "12": passages over that ended there
SOURCE = "source"  # what brought the customer; "" unknown
ENTRY = "entry"  # "3": channel of the first step
SWITCH = "switch"  # "3>5 designed", "3>5 forced" (after a failure), "3>5 other": times, seconds between
HANDOFF = "handoff"  # "2>4 designed", "2>4 unplanned": times, seconds between
HANDOFF_SCORE = "handoff_score"  # the same keys: touchpoints scored on both sides; change (-2 ... 2), its squares
PING_PONG = "ping_pong"  # "2>4>2": times
UNITS = "units"  # "": passages served by more than one unit
FITNESS = "fitness"  # "": passages over that were held against a design; total, squares of the fitness
SKIPPED = "skipped"  # "12": passages over that left out what the design asks for
REPEATED = "repeated"  # "12": passages over that came again where the design does not
UNDESIGNED = "undesigned"  # "12": passages over that met what the design does not have there
FAILURE = "failure"  # type of event: times
TO_HUMAN = "to_human"  # "": passages where a machine began and a human came: seconds until then
PEAK_END = "peak_end"  # "": passages over with three scores at least; total, squares of peak-end (-1 ... 1)
PLAIN_MEAN = "plain_mean"  # "": of the same passages, the plain mean of their scores
CURVE = "curve"  # "12": scores given there (not passages); total, squares on -1 ... 1
# Of passages that are over. What says "done" has in `total` those
# that came as far as the design may end. Scores are of those scored on their way: total, squares of each one's mean
# score (-1 ... 1).
SOURCE_OVER = "source_over"  # what brought them ("" unknown): done; the histogram is of the minutes they took
SOURCE_SCORE = "source_score"  # the same keys: scores
# Of all customers only: no dimension has them.
WAY_OVER = "way_over"  # "3>3,5": began over that channel and met these (none told of over eight): done
WAY_SCORE = "way_score"  # the same keys: scores
OF_ALL = (WAY_OVER, WAY_SCORE)
# In a slice of its own, `BY_SOURCE`, whose values are what brought them; in no other.
SOURCE_VARIANT = "source_variant"  # digest of a `Variant`: seconds they took
BY_SOURCE = "~source"  # no dimension can be called so
