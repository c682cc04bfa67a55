const x: number = 1
export function manifests(): object[] {
  const y = ;
  return []
}
