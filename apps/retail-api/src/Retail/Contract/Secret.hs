-- | A text that is compared and forgotten: it shows as a placeholder, whoever shows it.
module Retail.Contract.Secret (Secret, reveal, secret) where

import Data.Aeson.Encoding qualified as Encoding
import Data.ByteString (ByteString)
import Data.Text (Text)
import Data.Text.Encoding (encodeUtf8)
import Retail.Contract.Schema (Schema (SecretText))
import Retail.Contract.Wire

newtype Secret = Secret Text

instance Show Secret where
  show _ = "‹redacted›"

instance Wire Secret where
  schema = SecretText
  encode _ = Encoding.text "‹redacted›"
  decode = fmap Secret . decode

secret :: Text -> Secret
secret = Secret

reveal :: Secret -> ByteString
reveal (Secret text) = encodeUtf8 text
