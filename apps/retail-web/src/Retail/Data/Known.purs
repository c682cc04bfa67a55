-- | The articles that this till has heard of: what it searches, and what it can sell while the server does not answer.
module Retail.Data.Known (Known, emptyKnown, knownCodec, knownOf, scanOf, search, unitOf) where

import Prelude hiding (Unit)

import Data.Array (all, concatMap, filter, find, replicate, take)
import Data.Codec.Argonaut as CA
import Data.Codec.Argonaut.Record as CAR
import Data.Maybe (Maybe(..))
import Data.String (Pattern(..), contains, length, split, toLower)
import Data.String.CodeUnits (fromCharArray)
import Retail.Api.Codec (scanCodec)
import Retail.Api.Types (CodeKind(..), ListedVariant, Scan, Unit, VariantId)
import Retail.Data.Quantity (piece)

type Known =
  { articles :: Array Scan
  , codes :: Array { code :: String, scan :: Scan }
  }

emptyKnown :: Known
emptyKnown = { articles: [], codes: [] }

-- | What the server lists. Codes that carry a weight or a price are read by the server.
knownOf :: Array ListedVariant -> Known
knownOf listed = { articles: map article listed, codes: concatMap codes listed }
  where
  article { variant: { variantId, sku, name, unit, price } } = { variantId, sku, name, unit, unitPrice: price, quantity: piece, fixed: Nothing }
  codes one@{ barcodes } = map (\{ code, pack } -> { code: long code, scan: (article one) { quantity = pack * piece } })
    (filter (\{ kind } -> kind == CodeKindGtin) barcodes)

scanOf :: String -> Known -> Maybe Scan
scanOf code { codes } = _.scan <$> find (\entry -> entry.code == long code) codes

unitOf :: Known -> VariantId -> Maybe Unit
unitOf { articles } wanted = _.unit <$> find (\{ variantId } -> variantId == wanted) articles

-- | With 14 digits, as the server writes codes: a UPC-A and the EAN-13 of the same thing are one code.
long :: String -> String
long code = fromCharArray (replicate (14 - length code) '0') <> code

-- | Articles that have every word in their name or SKU.
search :: String -> Known -> Array Scan
search typed { articles } = take 12 (filter matches articles)
  where
  words = filter (_ /= "") (split (Pattern " ") (toLower typed))
  matches { name, sku } = words /= [] && all (\word -> contains (Pattern word) (toLower (sku <> " " <> name))) words

knownCodec :: CA.JsonCodec Known
knownCodec = CA.object "Known" $ CAR.record
  { articles: CA.array scanCodec
  , codes: CA.array (CA.object "Code" $ CAR.record { code: CA.string, scan: scanCodec })
  }
