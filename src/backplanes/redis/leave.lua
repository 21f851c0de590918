-- Gives a lease back, and says so for a while. KEYS: lease. ARGV: token, ms.
local holder = redis.call('GET', KEYS[1])
if not holder or holder == ARGV[1] then redis.call('SET', KEYS[1], 'left', 'PX', ARGV[2]) end
return 1
