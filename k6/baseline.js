// Claim: a public route passes at a steady rate without one failure; its latency is what gated.js is compared with.
import http from 'k6/http';
import { check } from 'k6';
import { baseUrl, steadyLoad } from './settings.js';

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: { baseline: steadyLoad },
  discardResponseBodies: true,
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
  thresholds: {
    checks: ['rate==1'],
    http_req_failed: ['rate==0'],
    http_req_duration: ['p(95)<25', 'p(99)<50'],
    dropped_iterations: ['count==0'],
  },
};

export default function () {
  const response = http.get(baseUrl + (__ENV.PUBLIC_PATH || '/health'), { tags: { name: 'public' } });
  check(response, { 'is 200': (r) => r.status === 200 });
}
