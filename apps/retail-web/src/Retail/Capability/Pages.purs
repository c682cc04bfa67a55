-- | Lists that the server gives a page at a time.
module Retail.Capability.Pages (Page, Wanted, allPages) where

import Prelude

import Data.Either (Either(..))
import Data.Maybe (Maybe(..))
import Effect.Class (class MonadEffect)
import Retail.Api.Request (Request)
import Retail.Capability.Api (class MonadApi, ask)
import Retail.Data.Fault (Fault)

type Page item = { items :: Array item, next :: Maybe String }

type Wanted = { after :: Maybe String, limit :: Maybe Number }

-- | One page after another.
allPages :: forall item m. MonadEffect m => MonadApi m => (Wanted -> Request (Page item)) -> m (Either Fault (Array item))
allPages request = go Nothing []
  where
  go after before = do
    answer <- ask (request { after, limit: Just 200.0 })
    case answer of
      Left fault -> pure (Left fault)
      Right { items, next: Nothing } -> pure (Right (before <> items))
      Right { items, next } -> go next (before <> items)
