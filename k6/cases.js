// What the demo's stores ask for, and what their tiers answer.

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} [tier] whose token goes along; none when absent
 * @property {string} [method] GET unless given
 * @property {string} path
 * @property {object} [body] sent as JSON
 * @property {number[]} status several where the answer turns as a limit is used up
 */

/** @type {Case[]} */
export const cases = [
  { name: 'public route', path: '/health', status: [200] },
  { name: 'no token', path: '/api/products', status: [401] },
  { name: 'every tier sees its products', tier: 'essential', path: '/api/products', status: [200] },
  { name: 'dashboard, too low', tier: 'essential', path: '/api/v1/analytics/dashboard', status: [403] },
  { name: 'dashboard', tier: 'professional', path: '/api/v1/analytics/dashboard', status: [200] },
  { name: 'advanced analytics, too low', tier: 'professional', path: '/api/v1/analytics/advanced/sales', status: [403] },
  { name: 'advanced analytics', tier: 'business', path: '/api/v1/analytics/advanced/sales', status: [200] },
  { name: 'minimum tier, too low', tier: 'essential', path: '/api/reports/q3', status: [403] },
  { name: 'minimum tier', tier: 'business', path: '/api/reports/q3', status: [200] },
  { name: '100 orders a month', tier: 'essential', method: 'POST', path: '/api/orders', body: {}, status: [200, 429] },
  { name: 'models are information', tier: 'free', path: '/api/chat/models', status: [200] },
  { name: '2 documents a day', tier: 'free', method: 'POST', path: '/api/chat/documents', body: {}, status: [200, 429] },
  { name: 'model, too low', tier: 'free', method: 'POST', path: '/api/chat', body: { model: 'gpt-4' }, status: [403, 429] },
  { name: 'model', tier: 'premium', method: 'POST', path: '/api/chat', body: { model: 'gpt-4' }, status: [200] },
  { name: 'video, too low', tier: 'free', method: 'POST', path: '/api/video/generate', body: {}, status: [403] },
];
