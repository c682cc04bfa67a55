-- | Lists come in pages; a page says where the next one begins.
module Retail.Contract.Page (Page (..), Limit, limitOf) where

import Data.Aeson.Encoding qualified as Encoding
import Data.Text (Text)
import Data.Text qualified as Text
import Retail.Contract.Schema (Field (..), Schema (..))
import Retail.Contract.Wire
import Text.Read (readMaybe)
import Web.HttpApiData (FromHttpApiData (..))

data Page a = Page {items :: [a], next :: Maybe Text}
  deriving stock (Eq, Show)

instance Wire a => Wire (Page a) where
  schema = Record ("PageOf" <> nameOf (schema @a)) [Field "items" (schema @[a]), Field "next" (schema @(Maybe Text))]
    where
      nameOf = \case
        Record name _ -> name
        _ -> "Value"
  encode Page {items, next} = Encoding.pairs (Encoding.pair "items" (encode items) <> Encoding.pair "next" (encode next))
  decode _ = complain "is only sent, never received"

-- | Between 1 and 200.
newtype Limit = Limit {limitOf :: Int}

instance FromHttpApiData Limit where
  parseUrlPiece text = case readMaybe (Text.unpack text) of
    Just size | size >= 1 && size <= 200 -> Right (Limit size)
    _ -> Left "must be between 1 and 200"
