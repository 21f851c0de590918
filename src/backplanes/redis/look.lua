-- Whether a node has its lease, and in which run of Redis that was looked up. KEYS: lease.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
return { redis.call('GET', KEYS[1]) or '', run }
