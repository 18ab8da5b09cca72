CREATE TABLE schema_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT schema_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE meta (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE counters (
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE domains (
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    value_json TEXT NOT NULL,
    PRIMARY KEY (environment, name)
);

CREATE TABLE products (
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    digest TEXT NOT NULL,
    value_json TEXT NOT NULL,
    applied_at BIGINT NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (environment, name)
);

CREATE TABLE sources (
    environment TEXT NOT NULL,
    product TEXT NOT NULL,
    reading TEXT NOT NULL,
    digest TEXT NOT NULL,
    parts_json TEXT NOT NULL,
    PRIMARY KEY (environment, product, reading)
);

CREATE TABLE input_lines (
    environment TEXT NOT NULL,
    product TEXT NOT NULL,
    port TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (environment, product, port)
);

CREATE TABLE column_lineage (
    environment TEXT NOT NULL,
    product TEXT NOT NULL,
    edges_json TEXT NOT NULL,
    PRIMARY KEY (environment, product)
);

CREATE TABLE snapshots (
    id TEXT NOT NULL,
    line TEXT NOT NULL,
    product TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    run TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    pointed_at BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    columns_json TEXT NOT NULL,
    files_json TEXT NOT NULL,
    inputs_json TEXT NOT NULL,
    statistics_json TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE fingerprints (
    fingerprint TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    PRIMARY KEY (fingerprint),
    FOREIGN KEY(snapshot) REFERENCES snapshots (id) ON DELETE CASCADE
);

CREATE INDEX fingerprints_snapshot ON fingerprints (snapshot);

CREATE TABLE leases (
    id TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    holder TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (id, snapshot)
);

CREATE INDEX leases_snapshot ON leases (snapshot);

CREATE TABLE pointers (
    environment TEXT NOT NULL,
    line TEXT NOT NULL,
    product TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    revision BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    run TEXT NOT NULL,
    checks TEXT NOT NULL,
    parts_json TEXT NOT NULL,
    PRIMARY KEY (environment, line),
    FOREIGN KEY(snapshot) REFERENCES snapshots (id)
);

CREATE INDEX pointers_product ON pointers (environment, product);

CREATE INDEX pointers_snapshot ON pointers (snapshot);

CREATE TABLE publishes (
    revision BIGINT NOT NULL,
    environment TEXT NOT NULL,
    product TEXT NOT NULL,
    run TEXT NOT NULL,
    who TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    before_json TEXT NOT NULL,
    after_json TEXT NOT NULL,
    PRIMARY KEY (revision)
);

CREATE TABLE runs (
    id TEXT NOT NULL,
    environment TEXT NOT NULL,
    command TEXT NOT NULL,
    who TEXT NOT NULL,
    host TEXT NOT NULL,
    process BIGINT NOT NULL,
    process_start TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    heartbeat_at BIGINT NOT NULL,
    ended_at BIGINT,
    message TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX runs_state ON runs (state);

CREATE TABLE run_steps (
    run TEXT NOT NULL,
    product TEXT NOT NULL,
    line TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seconds DOUBLE PRECISION NOT NULL,
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    snapshot TEXT,
    message TEXT NOT NULL,
    PRIMARY KEY (run, product, line)
);

CREATE TABLE check_results (
    seq BIGSERIAL NOT NULL,
    run TEXT NOT NULL,
    environment TEXT NOT NULL,
    line TEXT NOT NULL,
    check_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    severity TEXT NOT NULL,
    columns_json TEXT NOT NULL,
    dimension TEXT NOT NULL,
    measured_json TEXT NOT NULL,
    threshold TEXT NOT NULL,
    unit TEXT NOT NULL,
    rows BIGINT NOT NULL,
    message TEXT NOT NULL,
    description TEXT NOT NULL,
    seconds DOUBLE PRECISION NOT NULL,
    snapshot TEXT,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (seq)
);

CREATE INDEX check_results_latest ON check_results (environment, line, check_name, seq);

CREATE TABLE events (
    seq BIGSERIAL NOT NULL,
    happened_at BIGINT NOT NULL,
    environment TEXT NOT NULL,
    product TEXT NOT NULL,
    line TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    run TEXT NOT NULL,
    who TEXT NOT NULL,
    PRIMARY KEY (seq)
);

INSERT INTO schema_version (version_num) VALUES ('0001') RETURNING schema_version.version_num;

CREATE TABLE environments (
    name TEXT NOT NULL,
    who TEXT NOT NULL,
    revision BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE bases (
    environment TEXT NOT NULL,
    product TEXT NOT NULL,
    revision BIGINT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (environment, product)
);

ALTER TABLE publishes ADD COLUMN kind TEXT DEFAULT 'published' NOT NULL;

ALTER TABLE publishes ADD COLUMN digest TEXT DEFAULT '' NOT NULL;

CREATE INDEX publishes_product ON publishes (environment, product, revision);

CREATE TABLE product_versions (
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    value_json TEXT NOT NULL,
    edges_json TEXT NOT NULL,
    PRIMARY KEY (name, digest)
);

CREATE TABLE holds (
    environment TEXT NOT NULL,
    product TEXT NOT NULL,
    since BIGINT NOT NULL,
    who TEXT NOT NULL,
    run TEXT NOT NULL,
    revision BIGINT NOT NULL,
    because TEXT NOT NULL,
    withdrawn_json TEXT NOT NULL,
    PRIMARY KEY (environment, product)
);

CREATE INDEX check_results_snapshot ON check_results (snapshot);

UPDATE schema_version SET version_num='0002' WHERE schema_version.version_num = '0001';

CREATE TABLE deliveries (
    event BIGINT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    settled_at BIGINT,
    error TEXT NOT NULL,
    PRIMARY KEY (event, channel)
);

CREATE INDEX deliveries_due ON deliveries (state, next_at);

CREATE INDEX events_run ON events (run);

CREATE INDEX events_product ON events (environment, product, seq);

UPDATE schema_version SET version_num='0003' WHERE schema_version.version_num = '0002';

ALTER TABLE check_results ADD COLUMN consumer TEXT DEFAULT '' NOT NULL;

UPDATE schema_version SET version_num='0004' WHERE schema_version.version_num = '0003';

CREATE TABLE reads (
    line TEXT NOT NULL,
    environment TEXT NOT NULL,
    who TEXT NOT NULL,
    door TEXT NOT NULL,
    day BIGINT NOT NULL,
    columns_digest TEXT NOT NULL,
    columns_json TEXT NOT NULL,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    sql_digest TEXT NOT NULL,
    sql_text TEXT NOT NULL,
    PRIMARY KEY (line, environment, who, door, day, columns_digest)
);

CREATE INDEX reads_day ON reads (day);

ALTER TABLE input_lines ADD COLUMN since BIGINT DEFAULT '0' NOT NULL;

UPDATE schema_version SET version_num='0005' WHERE schema_version.version_num = '0004';

CREATE TABLE previews (
    product TEXT NOT NULL,
    port TEXT NOT NULL,
    version TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (product, port, version)
);

CREATE TABLE verdicts (
    product TEXT NOT NULL,
    port TEXT NOT NULL,
    version TEXT NOT NULL,
    who TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    word TEXT NOT NULL,
    comment TEXT NOT NULL,
    given_by TEXT NOT NULL,
    PRIMARY KEY (product, port, version, who, given_at)
);

UPDATE schema_version SET version_num='0006' WHERE schema_version.version_num = '0005';

CREATE TABLE rules (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    who TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    retired BIGINT NOT NULL,
    because TEXT NOT NULL,
    PRIMARY KEY (kind, name, version)
);

CREATE TABLE waivers (
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    who TEXT NOT NULL,
    until TEXT NOT NULL,
    withdrawn BIGINT NOT NULL,
    PRIMARY KEY (rule, subject, given_at)
);

UPDATE schema_version SET version_num='0007' WHERE schema_version.version_num = '0006';

CREATE TABLE audit (
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    who TEXT NOT NULL,
    domains TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    link TEXT NOT NULL,
    PRIMARY KEY (number)
);

CREATE INDEX audit_at ON audit (at);

CREATE INDEX audit_id ON audit (id);

CREATE TABLE audit_open (
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    who TEXT NOT NULL,
    domains TEXT NOT NULL,
    host TEXT NOT NULL,
    process BIGINT NOT NULL,
    process_start TEXT NOT NULL,
    beat_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);

INSERT INTO counters (name, value) VALUES ('audit', 0), ('audit pruned', 0);

CREATE FUNCTION audit_refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN IF OLD.number <= (SELECT value FROM counters WHERE name = 'audit pruned') THEN RETURN OLD; END IF; END IF; RAISE EXCEPTION 'the audit trail is only added to'; END $$;

CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refused();

CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refused();

UPDATE schema_version SET version_num='0008' WHERE schema_version.version_num = '0007';

CREATE TABLE accounts (
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    domain TEXT NOT NULL,
    password TEXT NOT NULL,
    because TEXT NOT NULL,
    attributes_json TEXT NOT NULL,
    claimed_json TEXT NOT NULL,
    generation BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    signed_in_at BIGINT,
    PRIMARY KEY (name)
);

CREATE TABLE grants (
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    domain TEXT NOT NULL,
    source TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (account, role, domain, source)
);

CREATE INDEX grants_domain ON grants (domain, role);

CREATE TABLE credentials (
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes_json TEXT NOT NULL,
    made_by TEXT NOT NULL,
    generation BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT,
    PRIMARY KEY (digest)
);

CREATE INDEX credentials_account ON credentials (account, kind);

CREATE INDEX credentials_end ON credentials (expires_at);

CREATE TABLE attempts (
    what TEXT NOT NULL,
    count BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (what)
);

UPDATE schema_version SET version_num='0009' WHERE schema_version.version_num = '0008';

CREATE TABLE agreements (
    id TEXT NOT NULL,
    reader TEXT NOT NULL,
    product TEXT NOT NULL,
    port TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    value_json TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX agreements_reader ON agreements (reader);

CREATE INDEX agreements_product ON agreements (product);

CREATE TABLE proposals (
    id TEXT NOT NULL,
    product TEXT NOT NULL,
    who TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    value_json TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX proposals_product ON proposals (product);

INSERT INTO counters (name, value) VALUES ('agreements', 0);

UPDATE schema_version SET version_num='0010' WHERE schema_version.version_num = '0009';

CREATE TABLE declassifications (
    id TEXT NOT NULL,
    line_name TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    value_json TEXT NOT NULL,
    PRIMARY KEY (id)
);

UPDATE schema_version SET version_num='0011' WHERE schema_version.version_num = '0010';

CREATE TABLE profiles (
    snapshot TEXT NOT NULL,
    line_name TEXT NOT NULL,
    profiled_at BIGINT NOT NULL,
    value_json TEXT NOT NULL,
    PRIMARY KEY (snapshot)
);

CREATE INDEX profiles_line_name ON profiles (line_name);

UPDATE schema_version SET version_num='0012' WHERE schema_version.version_num = '0011';
