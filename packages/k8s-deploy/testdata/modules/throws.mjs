export const manifests = () => { throw new Error('no rack') }
