-- What a check costs: a statement that writes to a table reads all its checks anew from their text, for a single row as
-- for hundreds. On the tables that every case writes to, only what guards a balance is worth that. The rest said of
-- values what whoever writes them, and whoever reads them, has as types.

alter table allocation_grant
    drop constraint allocation_grant_origin_known,
    drop constraint allocation_grant_quantity_bounded,
    drop constraint allocation_grant_validity_ordered;

alter table support_case
    drop constraint support_case_id_length,
    drop constraint support_case_priority_known,
    drop constraint support_case_charge_whole,
    drop constraint support_case_amount_positive;

alter table journal
    drop constraint journal_request_whole,
    drop constraint journal_fingerprint_length,
    drop constraint journal_posting_whole;
