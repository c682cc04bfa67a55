import { parseCertificate } from '../x509/index.ts'

export type CertificateReport = {
  /** One attribute a line joined by commas: `O=talos`. Empty for Talos' aggregator authority. */
  readonly subject: string
  readonly issuer: string
  readonly ca: boolean
  /** The TLS addresses and names it is valid for, as OpenSSL prints them. */
  readonly subjectAltName: string | undefined
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Whole days until it expires, negative once it has. */
  readonly daysLeft: number
  /** `soon`: within a twelfth of its lifetime, a month for a certificate of a year. */
  readonly state: 'not yet valid' | 'valid' | 'soon' | 'expired'
}

const day = 86_400_000

/** What a certificate says and how long it still lives. Throws `E_PEM` and `E_CERTIFICATE`. */
export function inspectCertificate(
  pem: string,
  options: { readonly now: Date; readonly subject?: string },
): CertificateReport {
  const { now, subject = 'certificate' } = options
  const certificate = parseCertificate(pem, subject)
  const notBefore = certificate.validFromDate
  const notAfter = certificate.validToDate
  return {
    subject: (certificate.subject ?? '').replaceAll('\n', ', '),
    issuer: (certificate.issuer ?? '').replaceAll('\n', ', '),
    ca: certificate.ca,
    subjectAltName: certificate.subjectAltName,
    serial: certificate.serialNumber,
    notBefore,
    notAfter,
    daysLeft: Math.floor((notAfter.getTime() - now.getTime()) / day),
    state: stateOf(now, notBefore, notAfter),
  }
}

function stateOf(now: Date, notBefore: Date, notAfter: Date): CertificateReport['state'] {
  if (now < notBefore) return 'not yet valid'
  if (now >= notAfter) return 'expired'
  const lifetime = notAfter.getTime() - notBefore.getTime()
  return notAfter.getTime() - now.getTime() < lifetime / 12 ? 'soon' : 'valid'
}
