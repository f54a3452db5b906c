-- What became of the requests under one Idempotency-Key. Its own script beside the ledger's: a record is no counter.
-- Never raises: the answer is {code, now} and, where a request may pass, whose record it is. Commands of Redis 6.2 only.
-- Times are milliseconds of this Redis's own clock.
--
-- KEYS[1]  the key's record, a hash: owner, print, done (0 while the request is in flight), began, till, repeats
-- ARGV[1]  operation: claim, keep, drop
-- ARGV[2]  the last millisecond at which to act; 0 for no bound
-- ARGV[3]  owner: the name of the request that the record belongs to
-- ARGV[4]  claim: the request's print
--          keep: when the first window of what was charged ends; 0 where none does
-- ARGV[5]  claim: for how many milliseconds a request can be in flight at most

local FIRST, AS_NEW, REPEAT, OTHER_CONTENT, IN_FLIGHT, DONE, LATE, FAULT = 0, 1, 2, 3, 4, 5, 6, 7
-- How many repeats one charge pays for,
local REPEATS = 3
-- and for how long: a day.
local LIFE_MS = 86400000

local function begin(now)
  local till = now + tonumber(ARGV[5])
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'owner', ARGV[3], 'print', ARGV[4], 'done', 0, 'began', now, 'till', till, 'repeats', 0)
  redis.call('PEXPIREAT', KEYS[1], till)
end

local function claim(now)
  local record = redis.call('HMGET', KEYS[1], 'owner', 'print', 'done', 'till', 'repeats')
  local owner, print, done = record[1], record[2], record[3] == '1'
  if not owner or now >= tonumber(record[4]) then
    begin(now)
    return {FIRST, now, ARGV[3]}
  end
  if print ~= ARGV[4] then
    return {OTHER_CONTENT, now}
  end
  if not done then
    return {IN_FLIGHT, now}
  end
  if tonumber(record[5]) < REPEATS then
    redis.call('HINCRBY', KEYS[1], 'repeats', 1)
    return {REPEAT, now, owner}
  end
  begin(now)
  return {AS_NEW, now, ARGV[3]}
end

-- The charge stands, and pays for repeats until the day or the window is over.
local function keep(now)
  local till = tonumber(redis.call('HGET', KEYS[1], 'began')) + LIFE_MS
  local ends = tonumber(ARGV[4])
  if ends > 0 and ends < till then
    till = ends
  end
  if now >= till then
    redis.call('DEL', KEYS[1])
    return
  end
  redis.call('HSET', KEYS[1], 'done', 1, 'till', till)
  redis.call('PEXPIREAT', KEYS[1], till)
end

local function run()
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local operation, bound = ARGV[1], tonumber(ARGV[2])
  if bound > 0 and now > bound then
    return {LATE, now}
  end
  if operation == 'claim' then
    return claim(now)
  end
  local record = redis.call('HMGET', KEYS[1], 'owner', 'done', 'repeats')
  if record[1] ~= ARGV[3] then
    return {DONE, now}
  end
  local done = record[2] == '1'
  if operation == 'keep' and not done then
    keep(now)
  elseif operation == 'drop' and not done then
    redis.call('DEL', KEYS[1])
  elseif operation == 'drop' and tonumber(record[3]) > 0 then
    redis.call('HINCRBY', KEYS[1], 'repeats', -1)
  end
  return {DONE, now}
end

local fine, answer = pcall(run)
if fine then
  return answer
end
return {FAULT, 0, type(answer) == 'table' and answer.err or tostring(answer)}
