SELECT code, since, until, channel, notice
FROM code_list
ORDER BY code, since
