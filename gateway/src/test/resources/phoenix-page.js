// What a Phoenix page does with the answer to GET /api/user/features: the functions of its FeatureGate, and the
// elements that are driven by data-feature, data-model-selector and data-tier-indicator.
function openPage(answer) {
  var response = JSON.parse(answer);
  if (!response.success) {
    throw new Error('Failed to load features');
  }
  var data = response.data;

  function canAccess(id) {
    var feature = data.features[id];
    return !!feature && feature.accessible === true;
  }

  function getStatus(id) {
    var feature = data.features[id];
    if (!feature) {
      return { accessible: false, reason: 'Feature not found' };
    }
    return {
      accessible: feature.accessible,
      name: feature.name,
      reason: feature.reason,
      usage: feature.limits && {
        current: feature.limits.current,
        limit: feature.limits.limit,
        remaining: feature.limits.remaining,
      },
    };
  }

  function usageIndicator(id) {
    var usage = getStatus(id).usage;
    return usage.limit === -1 ? 'Unlimited' : `${usage.current}/${usage.limit}, ${usage.remaining} left`;
  }

  function button(id) {
    var status = getStatus(id);
    return canAccess(id) ? `[${status.name}]` : `[${status.name}: ${status.reason}]`;
  }

  return {
    canAccess: canAccess,
    usageIndicator: usageIndicator,
    button: button,
    modelSelector: function () { return data.models.join(' '); },
    tierIndicator: function () { return data.tier.charAt(0).toUpperCase() + data.tier.slice(1); },
    features: function () { return Object.keys(data.features).length; },
  };
}
