export { type Check, type ExamineOptions, examineHost } from './examine-host.ts'
