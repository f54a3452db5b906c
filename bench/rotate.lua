-- wrk script: one request a token, in turn; counts statuses. Arguments after `--`: the path, and the file of tokens or "-".
local threads = {}
local requests, sent = {}, 0

function setup(thread) table.insert(threads, thread) end

function init(args)
  statuses = ""
  counts = {}
  local path, tokens = args[1], args[2]
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
