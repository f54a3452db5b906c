-- Every operation on a store's counters. One script for all of them: a Redis that lost its scripts knows none, so a
-- batch is refused from a point on, never with holes. Never raises: the answer is {code, now, counts...}.
-- Commands of Redis 6.2 only. Times are milliseconds of this Redis's own clock.
--
-- KEYS     counters, all of one store
-- ARGV[1]  operation: charge, read, back, add, put, renew, time
-- ARGV[2]  the last millisecond at which to act; 0 for no bound
-- ARGV[3]  what slots taken or given back are called
-- then for each key five: kind (w window, l level, s slots), units, limit (-1 none), window start, window end
-- (put answers what was counted before; it leaves slots, which are what is in flight, as they are)
-- (renew has one key, and from ARGV[3] on the slots' full names)

local DONE, OVER, MOVED, LATE, FAULT = 0, 1, 2, 3, 4
-- A slot that nobody renews is free after this.
local SLOT_MS = 15000
-- A counter outlives its window by this, so that a clock set back does not start it anew.
local GRACE_MS = 3600000

local function count(kind, key, now)
  if kind == 's' then
    return redis.call('ZCOUNT', key, '(' .. string.format('%.0f', now), '+inf')
  end
  return tonumber(redis.call('GET', key) or 0)
end

local function add(kind, key, units, till, now)
  if kind == 's' then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    for n = 1, tonumber(units) do
      redis.call('ZADD', key, now + SLOT_MS, ARGV[3] .. ':' .. n)
    end
    redis.call('PEXPIRE', key, SLOT_MS)
    return redis.call('ZCARD', key)
  end
  local used = redis.call('INCRBY', key, units)
  if kind == 'w' and used == tonumber(units) then
    redis.call('PEXPIREAT', key, till + GRACE_MS)
  end
  return used
end

local function back(kind, key, units, now)
  if kind == 's' then
    for n = 1, tonumber(units) do
      redis.call('ZREM', key, ARGV[3] .. ':' .. n)
    end
    return count(kind, key, now)
  end
  local used = count(kind, key, now)
  local less = math.min(used, tonumber(units))
  if less > 0 then
    used = redis.call('DECRBY', key, less)
  end
  return used
end

-- A counter that reads what somebody else counted.
local function put(kind, key, units, till)
  if kind == 'w' then
    redis.call('SET', key, units, 'PXAT', till + GRACE_MS)
  elseif kind == 'l' then
    redis.call('SET', key, units)
  end
end

local function renew(now)
  for n = 3, #ARGV do
    redis.call('ZADD', KEYS[1], now + SLOT_MS, ARGV[n])
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('PEXPIRE', KEYS[1], SLOT_MS)
  return {DONE, now, redis.call('ZCARD', KEYS[1])}
end

local function run()
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local operation, bound = ARGV[1], tonumber(ARGV[2])
  if operation == 'time' then
    return {DONE, now}
  end
  if bound > 0 and now > bound then
    return {LATE, now}
  end
  if operation == 'renew' then
    return renew(now)
  end
  local answer, wanted = {DONE, now}, {}
  for i = 1, #KEYS do
    local a = 5 * i - 1
    local kind, key, units, limit = ARGV[a], KEYS[i], ARGV[a + 1], tonumber(ARGV[a + 2])
    local from, till = tonumber(ARGV[a + 3]), tonumber(ARGV[a + 4])
    local inside = kind ~= 'w' or (now >= from and now < till)
    if operation == 'charge' or operation == 'read' or operation == 'put' then
      if not inside then
        return {MOVED, now}
      end
      answer[i + 2] = count(kind, key, now)
      wanted[key] = (wanted[key] or 0) + tonumber(units)
      if operation == 'charge' and limit >= 0 and answer[i + 2] + wanted[key] > limit then
        answer[1] = OVER
      end
    elseif not inside then
      answer[i + 2] = 0
    elseif operation == 'back' then
      answer[i + 2] = back(kind, key, units, now)
    else
      answer[i + 2] = add(kind, key, units, till, now)
    end
  end
  if operation == 'put' then
    for i = 1, #KEYS do
      local a = 5 * i - 1
      put(ARGV[a], KEYS[i], ARGV[a + 1], tonumber(ARGV[a + 4]))
    end
  end
  if operation == 'charge' and answer[1] == DONE then
    for i = 1, #KEYS do
      local a = 5 * i - 1
      answer[i + 2] = add(ARGV[a], KEYS[i], ARGV[a + 1], tonumber(ARGV[a + 4]), now)
    end
  end
  return answer
end

local fine, answer = pcall(run)
if fine then
  return answer
end
return {FAULT, 0, type(answer) == 'table' and answer.err or tostring(answer)}
