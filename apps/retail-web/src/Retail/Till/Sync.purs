-- | Sends what waits. Each sale has a place of its own in the browser's storage until the server has confirmed it.
module Retail.Till.Sync (keep, flush, forget, recall) where

import Prelude

import Data.Array (filter, length, sortWith)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..))
import Effect.Class (class MonadEffect, liftEffect)
import Retail.Api.Request as Request
import Retail.Capability.Api (class MonadApi, send)
import Retail.Capability.Shared (class MonadShared, share, shared)
import Retail.Data.Local (countLocal, readAllLocal, removeLocal, writeLocal)
import Retail.Data.Shop (shopId)
import Retail.Data.Queue (Queued, afterAnswer, isWaiting, queuedCodec, saleIdText)

place :: Queued -> String
place queued = "queue." <> saleIdText queued

keep :: forall m. MonadEffect m => MonadShared m => Queued -> m Unit
keep queued = liftEffect (writeLocal queuedCodec (place queued) queued) *> recall

forget :: forall m. MonadEffect m => MonadShared m => Queued -> m Unit
forget queued = liftEffect (removeLocal (place queued)) *> recall

-- | Tells everybody what waits, oldest first.
recall :: forall m. MonadEffect m => MonadShared m => m Unit
recall = do
  queued <- liftEffect (readAllLocal queuedCodec "queue.")
  kept <- liftEffect (countLocal "queue.")
  share _ { queued = sortWith _.at queued, unread = kept - length queued }

-- | Only for the shop that somebody is logged in to.
flush :: forall m. MonadEffect m => MonadApi m => MonadShared m => m Unit
flush = do
  { me, queued } <- shared
  for_ me \shop ->
    for_ (filter (\one -> isWaiting one && one.organisation == shopId shop) queued) \one -> do
      answer <- send one.key (Request.checkout one.checkout)
      case afterAnswer answer one of
        Nothing -> forget one
        Just after -> when (not (isWaiting after)) (keep after)
