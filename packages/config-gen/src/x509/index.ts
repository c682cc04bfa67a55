export {
  type CertificateAndKeyPem,
  type Issuer,
  newCertificateAuthority,
  parseCertificate,
  readIssuer,
} from './certificate-authority.ts'
export { issueLeaf } from './leaf-certificate.ts'
export {
  formatPrivateKey,
  newEd25519Key,
  newP256Key,
  newRsaKey,
  parsePrivateKey,
  type Random,
} from './private-key.ts'
export { issueServerCertificate, nodeKeyPem, type ServerCertificateOptions } from './server-certificate.ts'
