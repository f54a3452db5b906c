-- A Redis that lost a store's counters begins a new epoch with their copy; each is higher than all before.
CREATE SEQUENCE usage_epochs;
