SELECT
    lives_files.month,
    lives_files.contract_id,
    lives_files.plan_id,
    lives_files.segment_id,
    lives_files.state,
    codes.channel,
    lives_files.lives
FROM lives_files
LEFT JOIN channels.codes AS codes
    ON codes.code = lives_files.channel AND lives_files.month BETWEEN codes.since AND codes.until
