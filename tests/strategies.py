"""What the tests draw from: amounts, heads and periods, beyond any size the plan had."""

from hypothesis import strategies as st

from mutualaid.periods import Period

#: Fen, up to ten billion yuan: about what the plan's members paid each other in 2020.
amounts = st.integers(0, 10**12)
#: Those who share one bill, ten times as many as the plan ever had.
heads = st.integers(1, 10**9)
#: Half months long before, during and long after the plan.
periods = st.builds(Period, st.integers(1950, 2100), st.integers(1, 12), st.integers(1, 2))
#: Steps between periods, back and forth, in half months.
steps = st.integers(-1_000, 1_000)
