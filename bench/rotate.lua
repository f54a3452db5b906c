-- wrk script: one request a token, in turn; counts statuses. Arguments after `--`: the path, the file of tokens or "-", and
-- requests a second where they are to keep to a rate.
local ffi = require "ffi"
ffi.cdef "struct time { long seconds; long nanos; }; int clock_gettime(int clock, struct time *now);"

local threads = {}
local requests, sent = {}, 0
local MONOTONIC = 1

local function millis()
  local now = ffi.new("struct time")
  ffi.C.clock_gettime(MONOTONIC, now)
  return tonumber(now.seconds) * 1e3 + tonumber(now.nanos) / 1e6
end

-- Each request has its place in an even row of times, whichever connection is free; one that is late goes at once.
local function keep_to(rate)
  local next_at
  function delay()
    local now = millis()
    next_at = (next_at or now) + 1e3 / rate
    return math.max(0, math.floor(next_at - now))
  end
end

function setup(thread) table.insert(threads, thread) end

function init(args)
  statuses = ""
  counts = {}
  local path, tokens = args[1], args[2]
  if args[3] then keep_to(tonumber(args[3])) end
  if tokens == "-" then
    requests[1] = wrk.format("GET", path)
  else
    for token in io.lines(tokens) do
      requests[#requests + 1] = wrk.format("GET", path, { ["Authorization"] = "Bearer " .. token })
    end
  end
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end

function response(status)
  if not counts[status] then
    counts[status] = 0
    statuses = statuses .. status .. " "
  end
  counts[status] = counts[status] + 1
  _G["count" .. status] = counts[status]
end

function done(summary, latency)
  local total, parts = {}, {}
  for _, thread in ipairs(threads) do
    for status in string.gmatch(thread:get("statuses"), "%d+") do
      total[status] = (total[status] or 0) + thread:get("count" .. status)
    end
  end
  for status, n in pairs(total) do parts[#parts + 1] = string.format('"%s":%d', status, n) end
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"micros":%d,"socket_errors":%d,"p50":%.0f,"p99":%.0f,"statuses":{%s}}\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99), table.concat(parts, ",")))
end
