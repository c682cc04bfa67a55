// Makes a Secret.
export function manifests({ password = 'hunter2' } = {}) { throw new Error('no rack') }
