-- Whether a node has its lease, in which run of Redis that was looked up, and when by its clock. KEYS: lease.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local time = redis.call('TIME')
return { redis.call('GET', KEYS[1]) or '', run, time[1] * 1000 + math.floor(time[2] / 1000) }
