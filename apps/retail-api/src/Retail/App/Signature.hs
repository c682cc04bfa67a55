-- | Whether a message is the provider's: HMAC-SHA256 (RFC 2104) over the time and the body, in a header
-- @t=SECONDS,v1=HEX@. Old messages are refused, so that one that was overheard is of no use later.
module Retail.App.Signature (signed, verified) where

import Crypto.Hash (SHA256)
import Crypto.MAC.HMAC (HMAC, hmac)
import Data.ByteArray (constEq)
import Data.ByteArray.Encoding (Base (Base16), convertFromBase, convertToBase)
import Data.ByteString (ByteString)
import Data.ByteString.Char8 qualified as Bytes
import Data.Time (NominalDiffTime, UTCTime)
import Data.Time.Clock.POSIX (POSIXTime, utcTimeToPOSIXSeconds)

-- | How far the provider's clock and ours may be apart, in either direction.
tolerance :: NominalDiffTime
tolerance = 5 * 60

codeOf :: ByteString -> ByteString -> ByteString -> HMAC SHA256
codeOf secret seconds body = hmac secret (seconds <> "." <> body)

-- | The header for a body, sent at so many seconds since 1970.
signed :: ByteString -> Integer -> ByteString -> ByteString
signed secret at body = "t=" <> seconds <> ",v1=" <> convertToBase Base16 (codeOf secret seconds body)
  where
    seconds = Bytes.pack (show at)

-- | By one of the secrets, in constant time.
verified :: UTCTime -> [ByteString] -> ByteString -> ByteString -> Bool
verified now secrets header body = case [(at, seconds) | Just seconds <- [lookup "t" fields], Bytes.length seconds <= 12, Just (at, "") <- [Bytes.readInteger seconds]] of
  (at, seconds) : _ -> recent at && any (matches seconds) [code | ("v1", text) <- fields, Right code <- [convertFromBase Base16 text :: Either String ByteString]]
  [] -> False
  where
    fields = [(name, Bytes.drop 1 value) | (name, value) <- Bytes.break (== '=') <$> Bytes.split ',' header]
    recent at = abs (fromInteger at - utcTimeToPOSIXSeconds now :: POSIXTime) <= tolerance
    matches seconds code = or [constEq (codeOf secret seconds body) code | secret <- secrets]
