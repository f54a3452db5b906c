// What the environment sets: BASE_URL, RATE, DURATION.

/** Where the gateway listens. */
export const baseUrl = (__ENV.BASE_URL || 'http://127.0.0.1:8080').replace(/\/+$/, '');

/** A constant arrival rate: requests start on time whether or not earlier ones were answered, so a stall is seen. */
export const steadyLoad = {
  executor: /** @type {const} */ ('constant-arrival-rate'),
  rate: Number(__ENV.RATE || 300),
  timeUnit: '1s',
  duration: __ENV.DURATION || '30s',
  preAllocatedVUs: 50,
  maxVUs: 200,
};
