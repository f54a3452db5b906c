// Claim: under load each store gets exactly what its tier and its limits say (200, 403 or 429), and never anything else.
import http from 'k6/http';
import { check } from 'k6';
import { SharedArray } from 'k6/data';
import { Counter } from 'k6/metrics';
import { scenario } from 'k6/execution';
import { baseUrl, headersOf, isExpected, parseCases, steadyLoad } from './settings.js';

/** @type {import('./settings.js').Case[]} */
const cases = new SharedArray('cases', () =>
  parseCases(open(__ENV.TOKENS || 'tokens.json')).filter((c) => c.token !== undefined),
);
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
    'answers{status:200}': ['count>=0'],
    'answers{status:403}': ['count>=0'],
    'answers{status:429}': ['count>=0'],
  },
};

export default function () {
  const c = cases[scenario.iterationInTest % cases.length];
  if (c === undefined) throw new Error('TOKENS holds no case with a token');
  const response = http.request(c.method || 'GET', baseUrl + c.path, c.body ?? null, {
    headers: headersOf(c),
    tags: { name: c.name },
  });
  answers.add(1, { status: String(response.status) });
  check(response, { 'is what the tier says': (r) => isExpected(c, r.status) });
}
