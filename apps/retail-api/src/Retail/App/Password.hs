-- | Passwords and PINs at rest: Argon2id (RFC 9106) with a salt each.
module Retail.App.Password (hashPassword, verifyPassword, verifyNothing, newToken, hashToken) where

import Crypto.Error (CryptoFailable, throwCryptoErrorIO)
import Crypto.Hash (Digest, SHA256, hash)
import Crypto.KDF.Argon2 qualified as Argon2
import Data.ByteArray (constEq, convert)
import Data.ByteString (ByteString)
import Data.ByteString qualified as Bytes
import Data.ByteString.Base64.URL qualified as Base64
import Retail.Contract.Secret (Secret, reveal)

-- | The second choice of OWASP's password storage cheat sheet: 19 MiB, two passes, one lane.
options :: Argon2.Options
options = Argon2.Options {iterations = 2, memory = 19 * 1024, parallelism = 1, variant = Argon2.Argon2id, version = Argon2.Version13}

saltLength :: Int
saltLength = 16

-- | The salt and the hash.
hashPassword :: (Int -> IO ByteString) -> Secret -> IO ByteString
hashPassword random password = do
  salt <- random saltLength
  (salt <>) <$> argon2 salt password

verifyPassword :: Secret -> ByteString -> IO Bool
verifyPassword password stored = constEq expected <$> argon2 salt password
  where
    (salt, expected) = Bytes.splitAt saltLength stored

-- | As long as a verification takes, so that an unknown name answers no faster than a wrong password.
verifyNothing :: Secret -> IO Bool
verifyNothing password = (&& False) <$> verifyPassword password (Bytes.replicate 48 0)

argon2 :: ByteString -> Secret -> IO ByteString
argon2 salt password = throwCryptoErrorIO (Argon2.hash options (reveal password) salt 32 :: CryptoFailable ByteString)

-- | What the cookie holds, and what the database does.
newToken :: (Int -> IO ByteString) -> IO (ByteString, ByteString)
newToken random = do
  token <- Base64.encodeUnpadded <$> random 32
  pure (token, hashToken token)

hashToken :: ByteString -> ByteString
hashToken token = convert (hash token :: Digest SHA256)
