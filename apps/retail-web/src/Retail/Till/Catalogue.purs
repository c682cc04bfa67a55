-- | Learns what the shop sells, for looking things up at the till and for selling while the server does not answer.
module Retail.Till.Catalogue (learnCatalogue) where

import Prelude

import Data.Array (concat)
import Data.Either (Either(..))
import Data.Maybe (Maybe(..), fromMaybe)
import Data.Traversable (traverse)
import Effect.Class (class MonadEffect, liftEffect)
import Retail.Api.Request as Request
import Retail.Api.Types (Me, Scan, Variant)
import Retail.Capability.Api (class MonadApi, ask)
import Retail.Capability.Pages (allPages)
import Retail.Data.Fault (Fault)
import Retail.Data.Known (emptyKnown, knownCodec, replaceArticles)
import Retail.Data.Local (readLocal, writeLocal)
import Retail.Data.Quantity (piece)
import Retail.Data.Shop (ofShop)

-- | What is not answered is learnt another time.
learnCatalogue :: forall m. MonadEffect m => MonadApi m => Me -> m Unit
learnCatalogue me = do
  products <- allPages Request.listProducts
  case products of
    Left _ -> pure unit
    Right some -> do
      variants <- traverse (\{ productId } -> ask (Request.listVariants productId)) some
      let articles = concat (map (either' (map article)) variants)
      known <- liftEffect (readLocal knownCodec (ofShop "known" me))
      liftEffect (writeLocal knownCodec (ofShop "known" me) (replaceArticles articles (fromMaybe emptyKnown known)))
  where
  either' :: forall a b. (Array a -> Array b) -> Either Fault (Array a) -> Array b
  either' change = case _ of
    Right some -> change some
    Left _ -> []

article :: Variant -> Scan
article { variantId, sku, name, unit, price } = { variantId, sku, name, unit, unitPrice: price, quantity: piece, fixed: Nothing }
