"""Who is asked, when and by which way: rules, triggers, rounds, and the ledger of every decision."""
