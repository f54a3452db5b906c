// Claim: under load each store gets exactly what its tier and its limits say (200, 403 or 429), and never anything else.
import http from 'k6/http';
import { check } from 'k6';
import { scenario } from 'k6/execution';
import { Counter } from 'k6/metrics';
import { cases } from './cases.js';
import { send } from './send.js';
import { steadyLoad } from './settings.js';

const gated = cases.filter((c) => c.tier !== undefined);
const answers = new Counter('answers');

http.setResponseCallback(http.expectedStatuses(200, 403, 429));

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: { gated: steadyLoad },
  discardResponseBodies: true,
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
  thresholds: {
    checks: ['rate==1'],
    http_req_failed: ['rate==0'],
    http_req_duration: ['p(95)<50', 'p(99)<100'],
    dropped_iterations: ['count==0'],
    // Named so that the summary shows how many of each there were.
    'answers{status:200}': ['count>0'],
    'answers{status:403}': ['count>0'],
    'answers{status:429}': ['count>0'],
  },
};

export default function () {
  const c = gated[scenario.iterationInTest % gated.length];
  if (c === undefined) throw new Error('cases.js holds no gated case');
  const response = send(c);
  answers.add(1, { status: String(response.status) });
  check(response, { 'is what the tier says': (r) => c.status.includes(r.status) });
}
