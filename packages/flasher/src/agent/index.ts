export { agentBundlePath } from './bundle-path.ts'
