import { Migration } from '@mikro-orm/migrations';

/**
 * The audit log: what staff did, and what was refused to those who are not staff. `audit_event`: a row for each, entered with the
 * change that it tells of. `audit_queue`: those without a place yet, so that writers never wait for each other. `audit_leaf`: the
 * place of each and its hash, linked to all before it; `audit_head`: where that chain ends.
 *
 * Rows are added and never changed. Only a note, which may name a person, can be taken out; what is hashed is a salted digest of it.
 */
export class Migration20261122000006 extends Migration {
  override name = 'Migration20261122000006';

  override up(): void {
    this.events();
    this.chain();
    this.guards();
  }

  private events(): void {
    this.addSql(`create table "audit_event" (
      "id" uuid not null,
      "at" timestamptz not null,
      "actor" text not null,
      "role" text null,
      "operation" text not null,
      "subjects" text[] not null,
      "details" jsonb not null,
      "note" text null,
      "outcome" text not null check (outcome in ('DONE', 'REFUSED')),
      "code" text null check ((code is null) = (outcome = 'DONE')),
      "times" int not null check (times >= 1),
      "made_id" uuid null,
      "request_id" text null,
      "salt" bytea null,
      "note_digest" bytea null,
      "input_digest" bytea null,
      constraint "audit_event_pkey" primary key ("id")
    )`);
    this.addSql(`create index "audit_event_actor_index" on "audit_event" ("actor", "id")`);
    this.addSql(`create index "audit_event_operation_index" on "audit_event" ("operation", "id")`);
    // From what was made, such as a receipt, to its place in the log.
    this.addSql(`create index "audit_event_made_index" on "audit_event" ("made_id") where made_id is not null`);
    this.addSql(`create table "audit_queue" (
      "event_id" uuid not null,
      constraint "audit_queue_pkey" primary key ("event_id")
    )`);
  }

  private chain(): void {
    this.addSql(`create table "audit_leaf" (
      "leaf_index" bigint not null check (leaf_index >= 0),
      "event_id" uuid not null,
      "leaf_hash" bytea not null,
      "link" bytea not null,
      constraint "audit_leaf_pkey" primary key ("leaf_index"),
      constraint "audit_leaf_event_unique" unique ("event_id")
    )`);
    this.addSql(`create table "audit_head" (
      "id" smallint not null check (id = 1),
      "size" bigint not null check (size >= 0),
      "link" bytea not null,
      constraint "audit_head_pkey" primary key ("id")
    )`);
    this.addSql(`insert into "audit_head" ("id", "size", "link") values (1, 0, decode(repeat('00', 32), 'hex'))`);
  }

  private guards(): void {
    this.addSql(`create function audit_keep() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and tg_table_name = 'audit_event' then
          if to_jsonb(new) - 'note' - 'salt' = to_jsonb(old) - 'note' - 'salt' and new.note is null and new.salt is null then
            return new;
          end if;
        elsif tg_op = 'UPDATE' and tg_table_name = 'audit_head' then
          if new.size >= old.size then
            return new;
          end if;
        end if;
        raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
      end $$`);
    for (const table of ['audit_event', 'audit_leaf', 'audit_head']) {
      this.addSql(`create trigger "${table}_keep" before update or delete on "${table}"
        for each row execute function audit_keep()`);
      this.addSql(`create trigger "${table}_keep_all" before truncate on "${table}"
        for each statement execute function audit_keep()`);
    }
  }
}
