-- | The articles that this till has heard of: what it searches, and what it can sell while the server does not answer.
module Retail.Data.Known (Known, emptyKnown, knownCodec, learn, replaceArticles, scanOf, search) where

import Prelude

import Data.Array (all, filter, find, snoc, take)
import Data.Codec.Argonaut as CA
import Data.Codec.Argonaut.Record as CAR
import Data.Maybe (Maybe(..), isNothing)
import Data.String (Pattern(..), contains, split, toLower)
import Retail.Api.Codec (scanCodec)
import Retail.Api.Types (Scan)

type Known =
  { articles :: Array Scan
  , codes :: Array { code :: String, scan :: Scan }
  }

emptyKnown :: Known
emptyKnown = { articles: [], codes: [] }

-- | Remembers what a code meant, unless it carries a price: the server reads that out of it.
learn :: String -> Scan -> Known -> Known
learn code scan known =
  if isNothing scan.fixed then known { codes = snoc (filter (\entry -> entry.code /= code) known.codes) { code, scan } }
  else known

-- | New prices also for the codes.
replaceArticles :: Array Scan -> Known -> Known
replaceArticles articles { codes } = { articles, codes: map refreshed codes }
  where
  refreshed entry = case find (\{ variantId } -> variantId == entry.scan.variantId) articles of
    Just { name, unitPrice } -> entry { scan = entry.scan { name = name, unitPrice = unitPrice } }
    Nothing -> entry

scanOf :: String -> Known -> Maybe Scan
scanOf code { codes } = _.scan <$> find (\entry -> entry.code == code) codes

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
