"""Days on which an airport's departures were out of the ordinary, by an exponentially weighted control chart.

Each day is compared with what the days before it let one expect. That carries a state from day to day, which is a few lines of
Python and no pleasure in SQL.
"""

from math import sqrt

MEMORY = 0.1
"""The weight of the newest day in what is expected."""
WIDTH = 3.0
"""How many standard deviations above what is expected a day has to be."""
LEARNING = 14
"""Days from which to learn before any is judged."""


def bad_days(days):
    """The airports' days in order go in; those that were out of the ordinary come out."""
    found = []
    charts = {}
    for day in days.to_pylist():
        if day["mean_departure_delay"] is None:
            continue
        chart = charts.setdefault(day["airport"], Chart())
        delay = float(day["mean_departure_delay"])
        if chart.days >= LEARNING and delay > chart.limit:
            found.append({**day, "expected_delay": round(chart.mean, 2), "limit_delay": round(chart.limit, 2)})
        chart.learn(delay)
    return [{**day, "mean_departure_delay": round(day["mean_departure_delay"], 2)} for day in found]


class Chart:
    """What one airport lets one expect: a mean and a variance that forget."""

    def __init__(self):
        self.days, self.mean, self.variance = 0, 0.0, 0.0

    @property
    def limit(self):
        return self.mean + WIDTH * sqrt(self.variance)

    def learn(self, delay):
        if self.days:
            # A day beyond the limit counts as the limit: one storm does not make the next one ordinary.
            difference = min(delay, self.limit if self.days >= LEARNING else delay) - self.mean
            self.mean += MEMORY * difference
            self.variance = (1 - MEMORY) * (self.variance + MEMORY * difference**2)
        else:
            self.mean = delay
        self.days += 1
