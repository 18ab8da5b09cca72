SELECT channel, description
FROM channel_list
ORDER BY channel
