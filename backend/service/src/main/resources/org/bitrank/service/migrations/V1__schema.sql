-- One script for H2 and PostgreSQL: only types and syntax that both read the same way.

-- db-scheduler's own table: which run is due, who works on it, when it was last heard of.
create table scheduled_tasks (
    task_name varchar(100) not null,
    task_instance varchar(100) not null,
    task_data bytea,
    execution_time timestamp(6) with time zone not null,
    picked boolean not null,
    picked_by varchar(100),
    last_success timestamp(6) with time zone,
    last_failure timestamp(6) with time zone,
    consecutive_failures int,
    last_heartbeat timestamp(6) with time zone,
    version bigint not null,
    priority smallint,
    primary key (task_name, task_instance)
);
create index scheduled_tasks_due on scheduled_tasks (execution_time);
create index scheduled_tasks_heartbeat on scheduled_tasks (last_heartbeat);
create index scheduled_tasks_order on scheduled_tasks (priority desc, execution_time asc);

-- Models that an operator added; the reference model and those that people name by hub id need no entry.
create table catalog_model (
    id varchar(200) not null primary key,
    location varchar(2000) not null,
    description varchar(2000),
    licence varchar(200),
    added_at timestamp(6) with time zone not null
);

create table submission (
    id bigint not null primary key,
    kind varchar(20) not null,
    model varchar(500) not null,
    title varchar(500) not null,
    content varchar(100000) not null,
    content_hash varchar(64) not null,
    origin varchar(40) not null,
    run_id bigint,
    created_at timestamp(6) with time zone not null
);
create sequence submission_seq start with 1 increment by 1;
create index submission_hash on submission (content_hash, id);

create table run (
    id bigint not null primary key,
    submission_id bigint not null,
    kind varchar(20) not null,
    model varchar(500) not null,
    method varchar(100) not null,
    title varchar(500) not null,
    request varchar(100000) not null,
    request_hash varchar(64) not null,
    priority smallint not null,
    state varchar(20) not null,
    step varchar(500),
    step_done bigint not null,
    step_total bigint not null,
    fraction double precision not null,
    attempts int not null,
    worker varchar(200),
    created_at timestamp(6) with time zone not null,
    started_at timestamp(6) with time zone,
    updated_at timestamp(6) with time zone not null,
    finished_at timestamp(6) with time zone,
    cancel_requested boolean not null,
    failure_class varchar(30),
    failure_message varchar(4000),
    row_id bigint,
    log_tail varchar(100000) not null
);
create sequence run_seq start with 1 increment by 1;
create index run_order on run (state, priority desc, created_at, id);
create index run_hash on run (request_hash, id);

create table worker (
    name varchar(200) not null primary key,
    device varchar(1000) not null,
    backend varchar(100) not null,
    started_at timestamp(6) with time zone not null,
    seen_at timestamp(6) with time zone not null
);

-- One row of the board, measured here or copied from a paper.
create table result_row (
    id bigint not null primary key,
    provenance varchar(20) not null,
    created_at timestamp(6) with time zone not null,
    model varchar(500) not null,
    method varchar(100) not null,
    label varchar(500) not null,
    bits double precision,
    activation_bits double precision,
    group_size int,
    symmetric_grid boolean,
    unquantized boolean not null,
    suite varchar(200) not null,
    format varchar(100),
    protocol_key varchar(64) not null,
    protocol_line varchar(2000) not null,
    request_hash varchar(64),
    divergence double precision,
    top_agreement double precision,
    effective_bits double precision,
    bytes bigint,
    prefill_rate double precision,
    decode_rate double precision,
    peak_memory bigint,
    quantize_seconds double precision,
    backend varchar(100),
    device varchar(1000),
    artifact_sha256 varchar(64),
    study varchar(100),
    source varchar(2000),
    source_table varchar(200),
    source_line int,
    detail varchar(1000000)
);
create sequence result_row_seq start with 1 increment by 1;
create index result_row_group on result_row (model, protocol_key, id);
create index result_row_hash on result_row (request_hash, id);
create index result_row_study on result_row (study, id);

create table result_score (
    id bigint not null primary key,
    row_id bigint not null references result_row (id) on delete cascade,
    position int not null,
    task varchar(200) not null,
    metric varchar(100) not null,
    filter varchar(100) not null,
    score_value double precision,
    printed varchar(100),
    standard_error double precision,
    higher_is_better boolean not null,
    main_metric boolean not null,
    base_value double precision,
    difference double precision,
    difference_low double precision,
    difference_high double precision,
    recovery double precision,
    caveats varchar(1000) not null
);
create sequence result_score_seq start with 1 increment by 50;
create index result_score_row on result_score (row_id, position);

-- Which published files are loaded, by content: a changed file is loaded anew.
create table published_file (
    name varchar(200) not null primary key,
    sha256 varchar(64) not null,
    loaded_at timestamp(6) with time zone not null
);

create table artifact (
    sha256 varchar(64) not null primary key,
    file_name varchar(500) not null,
    bytes bigint not null,
    created_at timestamp(6) with time zone not null,
    listing varchar(1000000) not null
);
