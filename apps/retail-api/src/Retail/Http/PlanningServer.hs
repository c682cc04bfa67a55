-- | What to order again, and what the stock is worth.
module Retail.Http.PlanningServer (planningServer) where

import Data.Maybe (mapMaybe)
import Retail.App.Env
import Retail.App.Planning qualified as Planning
import Retail.App.Work
import Retail.Contract.Page (Page (..))
import Retail.Contract.Planning
import Retail.Db.Planning qualified as Rows
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

planningServer :: Env -> Actor -> PlanningApi (AsServerT IO)
planningServer env@Env {database} actor@Actor {organisation} =
  PlanningApi
    { setReordering = \variant key request ->
        requireEverywhere actor OrderGoods
          >> mutate env actor key ("reordering " <> idText variant) request (\work -> Planning.setReordering work variant request),
      listReorders = \location after limit -> do
        requireAt actor ReceiveGoods location
        mark <- traverse textCursor after
        due <- foundIn env actor "location" "location" location (Rows.listDue database organisation location mark (size limit))
        let Page {items, next} = pageOf limit (\Rows.Kept {sku} -> sku) due
        pure Page {items = mapMaybe Planning.reorder items, next},
      listStockValues = do
        require actor ReadReports
        filter (\StockValue {locationId} -> allowed actor ReadReports (Just locationId)) <$> Rows.stockValues database organisation,
      listStockValueLines = \location after limit -> do
        requireAt actor ReadReports location
        mark <- traverse textCursor after
        pageOf limit (\StockValueLine {sku} -> sku)
          <$> foundIn env actor "location" "location" location (Rows.listStockValues database organisation location mark (size limit))
    }
