-- | Locations and what is on their shelves.
module Retail.Http.StockServer (stockServer) where

import Control.Monad (when)
import Data.Text qualified as Text
import Retail.App.Env
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.Stock
import Retail.Contract.Wire (enumText)
import Retail.Db.Stock qualified as Stock
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

stockServer :: Env -> Actor -> StockApi (AsServerT IO)
stockServer env@Env {database} actor@Actor {organisation} =
  StockApi
    { listLocations = require actor ReadStock >> Stock.listLocations database organisation,
      addLocation = \key request@NewLocation {name} ->
        requireEverywhere actor EditCatalogue
          >> mutate
            env
            actor
            key
            "locations"
            request
            ( \work@Work {connection} -> do
                let locationId = freshId work "location"
                Stock.addLocation connection locationId request
                pure Location {..}
            ),
      listLevels = \location after limit -> do
        requireAt actor ReadStock location
        mark <- traverse idCursor after
        pageOf limit (\StockLevel {variantId} -> idText variantId) <$> foundIn env actor "location" "location" location (Stock.listLevels database organisation location mark (size limit)),
      listMovements = \variant limit -> requireEverywhere actor ReadStock >> foundIn env actor "variant" "variant" variant (Stock.listMovements database organisation variant (size limit)),
      changeStock = \key request@StockChange {..} ->
        requireAt actor AdjustStock locationId
          >> mutate
            env
            actor
            key
            "stock-changes"
            request
            ( \work@Work {connection, actor = Actor {staff}} -> do
                when (change' request == 0) (refuse InvalidValue "A change of nothing is none.")
                when (reason == Receipt && change' request < 0) (refuse InvalidValue "A receipt adds to the stock.")
                Stock.post connection staff (enumText reason) Nothing [Stock.Movement {variant = variantId, location = locationId, change = change' request}]
                when (reason == Adjustment) (note work "adjust-stock" (Just variantId) (Text.pack (show (change' request))))
                pure request
            )
    }
  where
    change' StockChange {change = by} = toInteger by
